//! Python: the types of Rust's signatures.

/// The parts between the commas that stand in no bracket.
pub fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' if !text[..at].ends_with('-') => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// A type of Rust's in Python.
pub fn python_type(of: &str) -> String {
    let of = of
        .trim()
        .trim_start_matches('&')
        .replace("'py, ", "")
        .replace("'_, ", "");
    let of = of
        .replace("<'py>", "")
        .replace("<'_>", "")
        .replace("'static ", "");
    let inner = |outer: &str| of.strip_prefix(outer)?.strip_suffix('>').map(python_type);
    if let Some(inner) = inner("Option<") {
        return format!("{inner} | None");
    }
    if let Some(inner) = inner("Vec<") {
        return format!("list[{inner}]");
    }
    for transparent in ["PyResult<", "Bound<", "Py<"] {
        if let Some(inner) = inner(transparent) {
            return inner;
        }
    }
    if let Some(parts) = of.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        let parts: Vec<String> = split(parts).into_iter().map(python_type).collect();
        return match parts.is_empty() {
            true => "None".to_owned(),
            false => format!("tuple[{}]", parts.join(", ")),
        };
    }
    match of.as_str() {
        "PyAny" => "Any".to_owned(),
        "PyBytes" | "[u8]" => "bytes".to_owned(),
        "PyDict" => "dict[str, Any]".to_owned(),
        "PyString" | "str" | "String" => "str".to_owned(),
        "PyList" => "list[Any]".to_owned(),
        "PyTuple" => "tuple[Any, ...]".to_owned(),
        "Piece" => "bytes | None".to_owned(),
        "Duration" => "timedelta".to_owned(),
        "bool" => "bool".to_owned(),
        "f64" => "float".to_owned(),
        "u16" | "u32" | "u64" | "usize" | "i32" | "i64" | "CallId" => "int".to_owned(),
        "Self" => "Self".to_owned(),
        other => other.to_owned(),
    }
}
