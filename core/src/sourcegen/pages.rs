use super::Target;
pub fn targets() -> Vec<Target> {
    vec![]
}
