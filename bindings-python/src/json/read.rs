//! JSON text to Python's values, as `json.loads`.

use std::mem;

use jiter::{Jiter, JiterError, NumberAny, NumberInt, Peek};
use neura::bindings::{Buffer, Shape, out_of_memory};
use neura::{Error, ErrorKind};
use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString, PyTuple};

use super::DEPTH;
use super::numbers::{self, Number};
use super::words::Words;

use crate::attribute_dict;
use crate::errors::{raise, raise_not_json};
use crate::finalization;
use crate::memory;

/// About what a number or an empty object takes.
const SMALL: usize = 64;
/// So often it is looked whether there is memory for more.
const LOOK: usize = 1 << 20;
/// So many numbers of a list are read at once.
const AT_ONCE: usize = 4_096;

/// What JSON objects become.
#[derive(Clone, Copy)]
pub enum Form {
    Dicts,
    /// A `neura_ai.Object` each; of this shape is the outermost.
    Objects(Option<Shape>),
}

/// The value of JSON text.
///
/// A `DecodeError` for more than 900 levels, and where Python sets a limit that
/// JSON does not have.
pub fn read<'py>(py: Python<'py>, text: &str, form: Form) -> PyResult<Bound<'py, PyAny>> {
    let mut reader = Reader {
        py,
        text,
        begun: 0,
        jiter: Jiter::new(text.as_bytes()),
        classes: match form {
            Form::Objects(_) => Some(attribute_dict::classes(py)?),
            Form::Dicts => None,
        },
        shape: match form {
            Form::Objects(shape) => shape,
            Form::Dicts => None,
        },
        words: Words::take(),
        open: Vec::new(),
        items: Vec::new(),
        floats: Vec::new(),
        numbers: Vec::new(),
        made: 0,
    };
    let explained = |error| memory::explained(py, error, text.len(), Buffer::Body);
    let (class, shape) = (reader.class(reader.shape)?, reader.shape);
    let outcome = reader.read();
    reader.words.give_back();
    match outcome {
        Ok(value) => Ok(value),
        Err(Stop::Raised(error)) => Err(explained(error)),
        // Halves of surrogate pairs and very long integers: Python takes them, or says why not.
        Err(Stop::Refused) => {
            let options = PyDict::new(py);
            options.set_item("object_hook", class.filter(|_| shape.is_none()))?;
            let loads = python!(py, "neura_ai._json", "loads")?;
            finalization::call(loads, (text, class), Some(&options)).map_err(explained)
        }
    }
}

/// As `read`, with the options of Python's `json.loads`; those that the fast reader
/// does not know go to Python's.
pub fn read_with<'py>(
    py: Python<'py>,
    text: &str,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let Some(options) = options.filter(|options| !options.is_empty()) else {
        return read(py, text, Form::Dicts);
    };
    if options.len() == 1
        && let Some(hook) = options.get_item("object_hook")?
        && hook.is(attribute_dict::classes(py)?.get_borrowed_item(attribute_dict::place(None))?)
    {
        return read(py, text, Form::Objects(None));
    }
    let loads = python!(py, "neura_ai._json", "loads")?;
    finalization::call(loads, (text,), Some(options))
        .map_err(|error| memory::explained(py, error, text.len(), Buffer::Body))
}

/// Why the fast reader stopped.
enum Stop {
    Raised(PyErr),
    /// The parser does not take what it found.
    Refused,
}

impl From<PyErr> for Stop {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl From<JiterError> for Stop {
    fn from(_: JiterError) -> Self {
        Self::Refused
    }
}

/// A list or an object that is being read. The levels are kept in a list instead
/// of by recursion, so that a thread with a small stack reads any text.
enum Level<'py> {
    /// How many of the reader's `items` belong to outer levels, and the shape of its own.
    Array(usize, Option<Shape>),
    /// The object so far, the key of the member that is being read, and the object's shape.
    Object(Bound<'py, PyDict>, Bound<'py, PyString>, Option<Shape>),
}

struct Reader<'a, 'py> {
    py: Python<'py>,
    text: &'a str,
    /// Where in the text the parser began.
    begun: usize,
    jiter: Jiter<'a>,
    /// Of objects; none where they are dicts.
    classes: Option<&'a Bound<'py, PyTuple>>,
    /// That of the outermost value.
    shape: Option<Shape>,
    words: Words,
    open: Vec<Level<'py>>,
    /// The items so far of the open lists.
    items: Vec<Bound<'py, PyAny>>,
    /// Those that were read last of a list of floats, and of other numbers.
    floats: Vec<f64>,
    numbers: Vec<Number>,
    /// About how many bytes its values took since there was a look at what is left.
    made: usize,
}

impl<'a, 'py> Reader<'a, 'py> {
    fn read(&mut self) -> Result<Bound<'py, PyAny>, Stop> {
        let mut found = self.jiter.peek()?;
        loop {
            let Some(value) = self.begin(found)? else {
                found = self.jiter.peek()?;
                continue;
            };
            match self.put(value)? {
                Next::Value(next) => found = next,
                Next::End(value) => {
                    self.jiter.finish()?;
                    return Ok(value);
                }
            }
        }
    }

    /// Reads a value whole, or opens a level and stops before its first inner value.
    fn begin(&mut self, found: Peek) -> Result<Option<Bound<'py, PyAny>>, Stop> {
        let py = self.py;
        self.makes(SMALL)?;
        Ok(Some(match found {
            Peek::String => {
                let text = self.jiter.known_str()?;
                let (length, string) = (text.len(), memory::string(py, text, Buffer::Body)?);
                self.makes(length)?;
                string.into_any()
            }
            Peek::Object => {
                self.deeper()?;
                let shape = self.shape_here();
                let object = self.object(shape)?;
                let Some(key) = self.jiter.known_object()? else {
                    return Ok(Some(object.into_any()));
                };
                let key = self.words.string(py, key)?;
                self.open.push(Level::Object(object, key, shape));
                return Ok(None);
            }
            Peek::Array => {
                self.deeper()?;
                let Some(first) = self.jiter.known_array()? else {
                    return Ok(Some(memory::list(py, [].into_iter())?.into_any()));
                };
                let outer = self.items.len();
                if first.is_num()
                    && let Some(list) = self.numbers(outer)?
                {
                    return Ok(Some(list));
                }
                let shape = self.shape_here();
                self.open.push(Level::Array(outer, shape));
                return Ok(None);
            }
            Peek::Null => {
                self.jiter.known_null()?;
                py.None().into_bound(py)
            }
            Peek::True | Peek::False => PyBool::new(py, self.jiter.known_bool(found)?)
                .to_owned()
                .into_any(),
            _ => match self.jiter.known_number(found)? {
                NumberAny::Float(float) => memory::float(py, float)?,
                NumberAny::Int(NumberInt::Int(whole)) => memory::int(py, whole)?,
                NumberAny::Int(NumberInt::BigInt(whole)) => whole.into_pyobject(py)?.into_any(),
            },
        }))
    }

    /// Reads the numbers at the start of a list: the whole list, if there is nothing else in it, or
    /// into the items so far.
    fn numbers(&mut self, outer: usize) -> Result<Option<Bound<'py, PyAny>>, Stop> {
        let start = self.begun + self.jiter.current_index();
        let floats = mem::take(&mut self.floats);
        let (mut at, mut list, floats) = self.batches(outer, start, floats, &FLOATS)?;
        self.floats = floats;
        if list.is_none() {
            let mut numbers = mem::take(&mut self.numbers);
            (at, list, numbers) = self.batches(outer, at, numbers, &NUMBERS)?;
            self.numbers = numbers;
        }
        self.begun = at;
        self.jiter = Jiter::new(&self.text.as_bytes()[at..]);
        Ok(list.map(Bound::into_any))
    }

    /// Reads numbers of one kind from `at` on, with the memory of those before.
    fn batches<T: Copy>(
        &mut self,
        outer: usize,
        mut at: usize,
        mut batch: Vec<T>,
        kind: &Kind<T>,
    ) -> Result<Read<'py, T>, Stop> {
        let py = self.py;
        if batch.capacity() == 0 {
            let room = batch.try_reserve_exact(AT_ONCE);
            room.map_err(|_| PyMemoryError::new_err(()))?;
        }
        loop {
            batch.clear();
            let (stopped, ended) = (kind.read)(self.text, at, &mut batch);
            at = stopped;
            self.makes(batch.len() * SMALL)?;
            if ended && self.items.len() == outer {
                return Ok((at, Some((kind.list)(py, &batch)?), batch));
            }
            let room = self.items.try_reserve(batch.len());
            room.map_err(|_| PyMemoryError::new_err(()))?;
            for number in &batch {
                self.items.push((kind.make)(py, *number)?);
            }
            if ended {
                let list = memory::list(py, self.items.drain(outer..))?;
                return Ok((at, Some(list), batch));
            }
            if batch.len() < batch.capacity() {
                return Ok((at, None, batch));
            }
        }
    }

    /// Puts a value where it belongs, and after the last of a level that level's own.
    fn put(&mut self, mut value: Bound<'py, PyAny>) -> Result<Next<'py>, Stop> {
        loop {
            value = match self.open.last_mut() {
                None => return Ok(Next::End(value)),
                Some(Level::Array(outer, _)) => {
                    let room = self.items.try_reserve(1);
                    room.map_err(|_| PyMemoryError::new_err(()))?;
                    self.items.push(value);
                    if let Some(next) = self.jiter.array_step()? {
                        return Ok(Next::Value(next));
                    }
                    memory::list(self.py, self.items.drain(*outer..))?.into_any()
                }
                Some(Level::Object(object, key, _)) => {
                    object.set_item(&*key, value)?;
                    if let Some(next) = self.jiter.next_key()? {
                        *key = self.words.string(self.py, next)?;
                        return Ok(Next::Value(self.jiter.peek()?));
                    }
                    object.clone().into_any()
                }
            };
            self.open.pop();
        }
    }

    /// So many bytes more are made. What is short in many small steps is seen before the last
    /// of them, which could not be an error: that takes some memory too.
    fn makes(&mut self, bytes: usize) -> PyResult<()> {
        self.made += bytes;
        if self.made < LOOK {
            return Ok(());
        }
        self.made = 0;
        neura::bindings::afford(LOOK, Buffer::Body)
            .map_err(|_| raise(self.py, &out_of_memory(self.text.len(), Buffer::Body)))
    }

    fn deeper(&self) -> PyResult<()> {
        if self.open.len() == DEPTH {
            let message =
                format!("the JSON is nested too deeply: at most {DEPTH} levels are supported");
            let error = Error::new(ErrorKind::Decode, message);
            return Err(raise_not_json(self.py, &error, b"[]"));
        }
        Ok(())
    }

    /// The shape of a value that is about to be read.
    fn shape_here(&self) -> Option<Shape> {
        match self.open.last() {
            None => self.shape,
            Some(Level::Array(_, shape)) => *shape,
            Some(Level::Object(_, key, shape)) => (*shape)?.within(key.to_str().ok()?),
        }
    }

    fn object(&self, shape: Option<Shape>) -> PyResult<Bound<'py, PyDict>> {
        match self.class(shape)? {
            Some(class) => memory::object(&class),
            None => memory::dict(self.py),
        }
    }

    fn class(&self, of: Option<Shape>) -> PyResult<Option<Borrowed<'a, 'py, PyAny>>> {
        let classes = self.classes;
        classes
            .map(|classes| classes.get_borrowed_item(attribute_dict::place(of)))
            .transpose()
    }
}

/// Where reading numbers stopped, the list if it ended there, and the memory for the next.
type Read<'py, T> = (usize, Option<Bound<'py, PyList>>, Vec<T>);

/// How numbers of a list are read and made.
struct Kind<T> {
    read: fn(&str, usize, &mut Vec<T>) -> (usize, bool),
    make: fn(Python<'_>, T) -> PyResult<Bound<'_, PyAny>>,
    list: for<'py> fn(Python<'py>, &[T]) -> PyResult<Bound<'py, PyList>>,
}

const FLOATS: Kind<f64> = Kind {
    read: numbers::read_floats,
    make: memory::float,
    list: memory::list_of_floats,
};

const NUMBERS: Kind<Number> = Kind {
    read: numbers::read,
    make: made,
    list: |py, numbers| memory::list_of(py, numbers.iter().map(|number| made(py, *number))),
};

fn made(py: Python<'_>, number: Number) -> PyResult<Bound<'_, PyAny>> {
    match number {
        Number::Float(float) => memory::float(py, float),
        Number::Int(whole) => memory::int(py, whole),
    }
}

enum Next<'py> {
    Value(Peek),
    End(Bound<'py, PyAny>),
}
