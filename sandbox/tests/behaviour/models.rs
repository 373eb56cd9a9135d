use crate::harness::Running;

#[test]
fn the_list_has_every_model_and_each_can_be_asked_for() {
    let sandbox = Running::sandbox(&[]);
    let list = sandbox.ask("GET", "/models", "").json();
    assert_eq!(list["object"], "list");
    let models = list["data"].as_array().unwrap();
    let ids: Vec<_> = models
        .iter()
        .map(|model| model["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["gpt-5", "gpt-5-mini", "text-embedding-3-small"]);
    for (id, model) in ids.iter().zip(models) {
        assert_eq!(
            (&model["object"], &model["owned_by"]),
            (&"model".into(), &"neura".into())
        );
        assert!(model["created"].is_u64());
        assert_eq!(
            sandbox.ask("GET", &format!("/models/{id}"), "").json(),
            *model
        );
    }
}

#[test]
fn an_unknown_model_is_not_found() {
    let sandbox = Running::sandbox(&[]);
    for id in ["gpt-6", "%FF", "a%2Fb", "GPT-5"] {
        let reply = sandbox.ask("GET", &format!("/models/{id}"), "");
        assert_eq!(
            (reply.status, reply.error_code()),
            (404, "model_not_found".into()),
            "{id}"
        );
    }
}

#[test]
fn a_head_request_has_no_body() {
    let sandbox = Running::sandbox(&[]);
    let reply = sandbox.ask("HEAD", "/models", "");
    assert_eq!((reply.status, reply.text.as_str()), (200, ""));
}
