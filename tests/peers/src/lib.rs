//! The steps against tungstenite: see `tests/`.
