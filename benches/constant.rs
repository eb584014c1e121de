//! The ceiling: an axum server that answers a small JSON constant and does nothing else.

use axum::Router;
use axum::routing::get;

/// Serves until it is ended.
pub fn serve() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let answer = || async { ([("content-type", "application/json")], r#"{"ok":true}"#) };
        println!("listening on http://{}", listener.local_addr().unwrap());
        axum::serve(listener, Router::new().route("/", get(answer))).await.unwrap();
    });
}
