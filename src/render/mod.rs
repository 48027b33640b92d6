//! From explained bytes to what a reader sees.
//!
//! [`dissect`](crate::dissect) says what bytes mean; the layout here says where on the page each of its fields goes.
//! Nothing is written anywhere: what comes out is for the [tap](crate::tap) to write.

pub(crate) mod layout;
