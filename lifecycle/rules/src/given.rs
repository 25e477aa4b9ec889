//! What a front hands over, and what it gets.

/// What is known of an option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// It was not given.
    #[default]
    No,
    /// It was given, and its value could not be read. That is a fault of its own; what needs the option is not at fault.
    Unreadable,
    /// It was given.
    As(T),
}

impl<T: Copy> Given<T> {
    /// Whether it was given, with a good value or a bad one.
    pub fn is_given(&self) -> bool {
        !matches!(self, Given::No)
    }

    /// Its value, if it could be read.
    pub fn value(&self) -> Option<T> {
        match self {
            Given::As(value) => Some(*value),
            Given::No | Given::Unreadable => None,
        }
    }
}

impl<T> From<Option<T>> for Given<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Given::No, Given::As)
    }
}

/// One fault of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The option's name.
    pub option: &'static str,
    /// Which part of it is wrong.
    pub part: Part,
    /// What is wrong, and what to do.
    pub text: String,
}

/// A part of an option as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// That it is given at all.
    Key,
    /// Its value.
    Value,
}

impl Fault {
    /// The option should not be given.
    pub fn key(option: &'static str, text: String) -> Self {
        Self { option, part: Part::Key, text }
    }

    /// The option should have another value.
    pub fn value(option: &'static str, text: String) -> Self {
        Self { option, part: Part::Value, text }
    }
}
