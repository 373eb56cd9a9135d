//! A queue of calls for a program with an event loop of its own.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

use neura_core::bindings::{CallQueue, cannot_watch};

use crate::boundary::{FailureValue, Status, attempt, needed, produce, read, run};
use crate::completion::{CompletionHandle, Outcome};
use crate::error::ErrorHandle;
use crate::readiness::{Watched, event};
use crate::thread_cancel::Held;

/// How long `neura_queue_free` waits for calls that are cancelled.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Calls that are made without blocking, on threads of the library, and their completions. Its
/// creator **owns** it.
///
/// A program submits calls with `neura_submit_...`. Each call that was submitted gives one
/// completion, also if it fails. `neura_queue_fd` is readable while a completion is ready, and
/// `neura_queue_next` returns it. The order is that in which the calls end.
///
/// Clients. A queue serves any number of clients. A client may be freed while its calls run; the
/// user_data of its callbacks must stay valid until their completions are read.
///
/// Threads. Any number of threads may submit to one queue and read from it at the same time. Only
/// `neura_queue_free` needs the queue for itself. Each call that runs or waits for the network uses
/// a thread of the library, with a stack of 256 KiB and the signal mask of the thread that
/// submitted: at most 1,024 for a queue, or the client's own limit. Further calls wait for their
/// turn, which counts towards their timeout. A thread ends after 10 s without work.
///
/// Fork. A child process cannot use its parent's queue: every call on it fails with
/// `NEURA_KIND_INVALID_ARGUMENT`, and `neura_queue_free` only frees. It may make a queue of its own.
pub struct QueueHandle {
    pub(crate) calls: CallQueue<Outcome, UserData, Watched>,
}

/// Fails to compile unless threads may share the handle.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<QueueHandle>();
};

/// What the program gave a call to know it by.
pub(crate) struct UserData(pub *mut c_void);

// SAFETY: the library never uses the pointer, it only returns it.
unsafe impl Send for UserData {}

/// Makes a queue. It holds one descriptor, which programs that are started with `exec` do not
/// inherit, and no thread until the first call.
///
/// @param queue  receives the **owned** queue; free it with `neura_queue_free`
/// @param error  receives the **owned** error
/// @return  `NEURA_OK`, or `NEURA_ERROR` if no descriptor is left: `NEURA_KIND_CONNECTION`, as for a
///          call
#[unsafe(no_mangle)]
pub extern "C" fn neura_queue_new(
    queue: Option<&mut MaybeUninit<Option<Box<QueueHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    produce(queue, "queue", error, || {
        let watched = Watched::new().map_err(|error| cannot_watch(&error))?;
        Ok(QueueHandle {
            calls: CallQueue::new(watched),
        })
    })
}

/// The descriptor to watch for reading, with `poll`, `epoll`, `kqueue`, libuv, GLib, Qt or the
/// like. It is level-triggered: readable as long as a completion is ready. It may also be readable
/// without one; `neura_queue_next` then returns `NEURA_END`, and it is not readable any more. Do not
/// read from it, write to it or close it.
///
/// @param queue  the queue
/// @return  the descriptor, **borrowed until** the queue is freed; -1 on Windows, and if queue is
///          NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_queue_fd(queue: Option<&QueueHandle>) -> i32 {
    read(queue, |handle| handle.calls.readiness().descriptor())
}

/// The same on Windows: a manual-reset event, for `WaitForMultipleObjects` or
/// `RegisterWaitForSingleObject`. Do not set, reset or close it.
///
/// @param queue  the queue
/// @return  the event's handle, **borrowed until** the queue is freed; NULL on other systems, and
///          if queue is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_queue_event(queue: Option<&QueueHandle>) -> *mut c_void {
    read(queue, |handle| Handle(event(handle.calls.readiness()))).0
}

/// A handle of Windows.
struct Handle(*mut c_void);

impl FailureValue for Handle {
    const FAILED: Self = Handle(ptr::null_mut());
}

/// Takes the next completion, without waiting.
///
/// @param queue       the queue
/// @param completion  receives the **owned** completion; free it with `neura_completion_free`. NULL
///                    if none is ready
/// @param error       receives the **owned** error of this function; a call's own error is in its
///                    completion
/// @return  `NEURA_OK` with a completion, `NEURA_END` if none is ready, or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_queue_next(
    queue: Option<&QueueHandle>,
    completion: Option<&mut MaybeUninit<Option<Box<CompletionHandle>>>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let completion = completion.map(|slot| slot.write(None));
    attempt(error, || {
        let queue = needed(queue, "queue")?;
        let completion = needed(completion, "completion")?;
        Ok(match queue.calls.next()? {
            Some((user_data, outcome)) => {
                *completion = Some(Box::new(CompletionHandle::new(user_data, outcome)));
                Status::NeuraOk
            }
            None => Status::NeuraEnd,
        })
    })
}

/// Waits until a completion is ready, for a program without an event loop. Signals do not end it.
///
/// @param queue       the queue
/// @param timeout_ms  the longest wait in milliseconds; negative for no limit
/// @param error       receives the **owned** error
/// @return  `NEURA_OK` if a completion is ready, `NEURA_END` if the time is over or if none will come
///          (the queue is closed and every completion was read), or `NEURA_ERROR`
#[unsafe(no_mangle)]
pub extern "C" fn neura_queue_wait(
    queue: Option<&QueueHandle>,
    timeout_ms: i64,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    attempt(error, || {
        let queue = needed(queue, "queue")?;
        let timeout = u64::try_from(timeout_ms).ok().map(Duration::from_millis);
        Ok(match queue.calls.wait(timeout)? {
            true => Status::NeuraOk,
            false => Status::NeuraEnd,
        })
    })
}

/// How many completions are still to be read: those that are ready, and those of the calls that
/// wait or run.
///
/// @param queue  the queue
/// @return  the number; -1 if queue is NULL, and after a fork
#[unsafe(no_mangle)]
pub extern "C" fn neura_queue_pending(queue: Option<&QueueHandle>) -> i64 {
    read(queue, |handle| {
        let count = handle.calls.count().ok();
        count.map_or(-1, |count| i64::try_from(count).unwrap_or(i64::MAX))
    })
}

/// Cancels all calls and refuses new ones. A stream that is being read is closed. Every call still
/// gives its completion, usually with `NEURA_KIND_CANCELLED`, within 100 ms: to get back all
/// user_data, read until `neura_queue_pending` is 0, and then free the queue.
///
/// @param queue  the queue; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_queue_close(queue: Option<&QueueHandle>) {
    let _held = Held::new(); // It may close connections.
    read(queue, |handle| handle.calls.close());
}

/// Closes and frees a queue with the completions that were not read, and ends its threads. Streams
/// and replies that were taken stay valid. Other threads must no longer use the queue or wait for
/// its descriptor.
///
/// It waits until the cancelled calls have ended: usually less than 100 ms, at most 5 s. Then no body
/// and no user_data is in use any more. Only a callback of the program that does not return, such as
/// that for the API key, or one that itself frees the queue, can make it wait for so long; what that
/// callback uses must live on.
///
/// @param queue  the **owned** queue; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_queue_free(queue: Option<Box<QueueHandle>>) {
    let _held = Held::new(); // It waits, and closes a descriptor.
    run(|| {
        if let Some(queue) = queue {
            queue.calls.shutdown(LONGEST_WAIT);
        }
    });
}
