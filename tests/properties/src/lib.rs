//! What holds for all bytes, however they are cut: see `tests/`.
