//! How an answer is judged: a case is tried, and what came out is compared with what was expected.
//!
//! A learner's function may do anything: return, panic, or never come back. [`Case::call`] turns the first two into a
//! value or a [`Failure`]; the third is for [`run`](crate::run), which waits no longer than it must.

use crate::report::Status;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::cell::RefCell;
use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, Once};
use walkthrough::dissect::{Conversation, Direction, Level};

/// Nothing to say, or what is wrong.
pub type Check = Result<(), Box<Failure>>;

/// Why an answer is not right: the first case that failed, and what can be said of it.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Not started, or failing.
    pub status: Status,
    /// What was tried.
    pub case: Case,
    /// What came out.
    pub got: Option<Shown>,
    /// What was expected.
    pub expected: Option<Shown>,
    /// What went wrong, where that is not a matter of two values: a panic, for instance.
    pub message: String,
    /// The known mistake that this is.
    pub mistake: Option<&'static str>,
}

/// One thing that is tried: a call, and the rule that says what must come out.
///
/// ```
/// use classroom::{Case, Value};
/// let case = Case::new("an empty message").rule("RFC 6455 §5.2").given("payload", b"".as_slice());
/// let got = case.call(|| 2 + 2)?; // the learner's function
/// case.equal(Value(got), Value(4), |_| None)?;
/// # classroom::Check::Ok(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// What is tried, as words that can stand behind "tried:".
    pub tried: String,
    /// Where the rule stands, such as `RFC 6455 §5.2`.
    pub rule: String,
    /// What is given, by name.
    pub given: Vec<(String, Shown)>,
    /// Bytes that the dissector explains.
    pub wire: Option<Wire>,
}

/// A value as a learner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// As a dump. In JSON, as hex digits.
    Bytes(#[serde(with = "hex_digits")] Vec<u8>),
    /// In quotes, and as a dump where it is wrong.
    Text(String),
    /// On a line of its own, however long it is, with a symbol for each control character.
    Line(String),
    /// As Rust writes it.
    Value(String),
}

/// Bytes in JSON. `hex` could do this itself, with a feature; but features are shared by all that is built together, and
/// then whoever runs the first step would compile serde, too.
mod hex_digits {
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        hex::decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Bytes as they are on the wire, for the dissector to explain, and which of them matters.
#[derive(Debug, Clone)]
pub struct Wire {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Who sends them.
    pub direction: Direction,
    /// Whether they begin with a head; else with a frame.
    pub head: bool,
    /// The byte that matters; `None`: the first that is wrong.
    pub at: Option<usize>,
    /// What that byte is, where the dissector's words would mislead.
    pub said: Option<String>,
}

/// What can be shown to a learner.
pub trait Show {
    /// How it is shown.
    fn show(&self) -> Shown;
}

impl Case {
    /// A case, with what is tried in words.
    pub fn new(tried: impl Into<String>) -> Self {
        Self { tried: tried.into(), ..Self::default() }
    }

    /// Where the rule stands.
    pub fn rule(self, rule: impl Into<String>) -> Self {
        Self { rule: rule.into(), ..self }
    }

    /// What the function is given, by the name of its parameter.
    pub fn given<T: Show + ?Sized>(mut self, name: &str, value: &T) -> Self {
        self.given.push((name.into(), value.show()));
        self
    }

    /// The bytes in which the wrong byte is to be explained: the frames or the head that should have come out, or those
    /// that were given.
    pub fn wire(self, wire: Wire) -> Self {
        Self { wire: Some(wire), ..self }
    }

    /// Calls the learner's function.
    ///
    /// # Errors
    /// It is not started, or it panicked.
    pub fn call<R>(&self, function: impl FnOnce() -> R) -> Result<R, Box<Failure>> {
        catch(self, function)
    }

    /// Compares what came out with what was expected. Where they differ, `mistake` is asked whether it knows why: it is
    /// given what came out, and names one of the exercise's known mistakes.
    ///
    /// # Errors
    /// They differ.
    pub fn equal<T: Show + PartialEq>(
        &self,
        got: T,
        expected: T,
        mistake: impl FnOnce(&T) -> Option<&'static str>,
    ) -> Check {
        if got == expected {
            return Ok(());
        }
        let failure = self.fails(mistake(&got));
        Err(Box::new(Failure { got: Some(got.show()), expected: Some(expected.show()), ..failure }))
    }

    /// Something that must hold.
    ///
    /// # Errors
    /// It does not: `message` says what happened instead.
    pub fn holds(&self, it: bool, message: impl Into<String>, mistake: Option<&'static str>) -> Check {
        if it {
            return Ok(());
        }
        Err(Box::new(Failure { message: message.into(), ..self.fails(mistake) }))
    }

    fn fails(&self, mistake: Option<&'static str>) -> Failure {
        Failure {
            status: Status::Failing,
            case: self.clone(),
            got: None,
            expected: None,
            message: String::new(),
            mistake,
        }
    }
}

impl Wire {
    /// Frames.
    pub fn frames(direction: Direction, bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), direction, head: false, at: None, said: None }
    }

    /// A head.
    pub fn head(direction: Direction, bytes: &[u8]) -> Self {
        Self { head: true, ..Self::frames(direction, bytes) }
    }

    /// The byte that matters, where that is not the first wrong one of what came out.
    pub fn at(self, at: usize) -> Self {
        Self { at: Some(at), ..self }
    }

    /// What that byte is, in other words than the dissector's.
    pub fn saying(self, said: impl Into<String>) -> Self {
        Self { said: Some(said.into()), ..self }
    }

    /// What the byte is: a line for each of its fields.
    pub(crate) fn explain(&self, at: usize) -> Vec<String> {
        let level = if self.head { Level::Full } else { Level::Frames };
        let parts = Conversation::new(level).push(self.direction, &self.bytes);
        let fields = parts.iter().flat_map(|part| &part.fields);
        fields
            .filter(|field| field.range.contains(&at))
            .map(|field| {
                // A fault says what the field means, and more. Some meanings begin with the value.
                let meaning = field.fault.as_ref().unwrap_or(&field.meaning);
                let sent = &self.bytes[field.range.clone()];
                let (content, whole) =
                    field.unmasked().map_or((sent, true), |view| (view.bytes.as_slice(), view.left_out == 0));
                let alike = meaning.is_empty() && whole && content.iter().all(|byte| byte == &content[0]);
                let meaning = if alike { &format!("all {:02x}", content[0]) } else { meaning };
                let name = format!("{} {}", field.name, field.pattern(self.bytes[at])).trim_end().to_owned();
                let value = Some(&field.value).filter(|value| !meaning.starts_with(&format!("{value}:")));
                let said = [Some(&name), value, Some(meaning)];
                said.into_iter().flatten().filter(|it| !it.is_empty()).cloned().collect::<Vec<_>>().join(": ")
            })
            .collect()
    }
}

impl Failure {
    /// The mistake, if it was none that was recognised before.
    #[must_use]
    pub fn or_mistake(mut self: Box<Self>, mistake: &'static str) -> Box<Self> {
        self.mistake.get_or_insert(mistake);
        self
    }
}

/// What a stub panics with.
#[derive(Debug, Clone, Copy)]
pub struct NotStarted;

/// What a stub returns in place of an answer: nothing, ever.
pub fn not_started() -> ! {
    panic::panic_any(NotStarted)
}

/// What stands in an exercise that comes with code to repair.
pub fn delete_this_line_to_start() {
    not_started()
}

/// An exercise that is not started. Its arguments are named, so that the compiler does not call them unused; and behind
/// a semicolon the types that are there for the answer.
#[macro_export]
macro_rules! not_started {
    ($($argument:ident),* $(; $($type:ty),+)? $(,)?) => {{
        $(let _ = &$argument;)*
        $($(let _ = ::core::marker::PhantomData::<$type>;)+)?
        $crate::not_started()
    }};
}

thread_local! {
    /// Where and how the learner's function panicked, while one is called.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The case that is being tried, for whoever gives up waiting.
pub(crate) static TRYING: Mutex<Option<Case>> = Mutex::new(None);

/// Calls the function, and makes a failure of its panic. Nothing is printed.
fn catch<R>(case: &Case, function: impl FnOnce() -> R) -> Result<R, Box<Failure>> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let ours = PANIC.with_borrow_mut(|panic| {
                panic
                    .as_mut()
                    .map(|panic| *panic = info.location().map(ToString::to_string).unwrap_or_default())
            });
            if ours.is_none() {
                before(info);
            }
        }));
    });
    PANIC.set(Some(String::new()));
    *TRYING.lock().unwrap_or_else(|broken| broken.into_inner()) = Some(case.clone());
    let outcome = panic::catch_unwind(AssertUnwindSafe(function));
    let at = PANIC.take().unwrap_or_default();
    outcome.map_err(|panic| Box::new(panicked(case, panic.as_ref(), &at)))
}

fn panicked(case: &Case, panic: &(dyn Any + Send), at: &str) -> Failure {
    if panic.is::<NotStarted>() {
        return Failure { status: Status::NotStarted, ..case.fails(None) };
    }
    // A scripted world that the function works in gives its verdict by a panic with a failure of its own.
    if let Some(failure) = panic.downcast_ref::<Box<Failure>>() {
        return Failure { case: case.clone(), ..(**failure).clone() };
    }
    let at = at.replace("src/../", ""); // where the checks mount an answer
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked");
    Failure { message: format!("it panicked at {at}: {text}"), ..case.fails(None) }
}

impl Show for [u8] {
    fn show(&self) -> Shown {
        Shown::Bytes(self.to_vec())
    }
}

impl<const N: usize> Show for [u8; N] {
    fn show(&self) -> Shown {
        Shown::Bytes(self.to_vec())
    }
}

impl Show for Vec<u8> {
    fn show(&self) -> Shown {
        Shown::Bytes(self.clone())
    }
}

impl Show for str {
    fn show(&self) -> Shown {
        Shown::Text(self.into())
    }
}

impl Show for String {
    fn show(&self) -> Shown {
        Shown::Text(self.clone())
    }
}

/// Whatever is neither bytes nor text: as Rust writes it.
///
/// ```
/// use classroom::{Show, Shown, Value};
/// assert_eq!(Value(Some(5)).show(), Shown::Value("Some(5)".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value<T>(pub T);

impl<T: Debug> Show for Value<T> {
    fn show(&self) -> Shown {
        Shown::Value(format!("{:?}", self.0))
    }
}

/// One line of text, whose columns matter.
///
/// ```
/// use classroom::{Line, Show, Shown};
/// assert_eq!(Line("a  b").show(), Shown::Line("a  b".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<T>(pub T);

impl<T: AsRef<str>> Show for Line<T> {
    fn show(&self) -> Shown {
        Shown::Line(self.0.as_ref().into())
    }
}

impl<T: Show + ?Sized> Show for &T {
    fn show(&self) -> Shown {
        (**self).show()
    }
}
