//! Wakes the JavaScript thread of an environment from any thread: Node's thread-safe function.
//!
//! It is made here and not by napi-rs, whose feature for it opens another one in every environment
//! that loads the addon. Tools such as jest report that as an open handle, although no call was made.

use std::ffi::c_void;
use std::ptr;
use std::sync::{Arc, PoisonError, RwLock};

use napi::bindgen_prelude::{Function, ToNapiValue, check_status};
use napi::{Env, JsValue, sys};
use neura::bindings::catch_panic;

/// What tools call it.
const NAME: &str = "neura-ai";

/// A function of JavaScript's that any thread may have called. It is called with what `take` gives
/// then, so that one call stands for many wakes.
pub(crate) struct Wake {
    function: ThreadSafeFunction,
    is_open: Arc<RwLock<bool>>,
}

#[derive(Clone, Copy)]
struct ThreadSafeFunction(sys::napi_threadsafe_function);

// SAFETY: Node allows every thread to call it, until it is closed; `is_open` says whether it is.
unsafe impl Send for ThreadSafeFunction {}
// SAFETY: as above.
unsafe impl Sync for ThreadSafeFunction {}

/// What Node gives to the functions below.
struct Context<T> {
    take: Box<dyn Fn() -> T>,
    is_open: Arc<RwLock<bool>>,
}

impl Wake {
    /// It keeps no process alive; see [`hold`](Self::hold).
    pub fn new<T: ToNapiValue + 'static, R>(
        function: &Function<'_, T, R>,
        take: impl Fn() -> T + 'static,
    ) -> napi::Result<Self> {
        let raw = function.value().env;
        let env = Env::from_raw(raw);
        let name = env.create_string(NAME)?;
        let is_open = Arc::new(RwLock::new(true));
        let context = Box::into_raw(Box::new(Context {
            take: Box::new(take),
            is_open: Arc::clone(&is_open),
        }));
        let mut made = ptr::null_mut();
        // SAFETY: the environment is that of the running call, and so are its values. `finalize`
        // frees the context, after the last `call_js`.
        let status = unsafe {
            sys::napi_create_threadsafe_function(
                raw,
                function.raw(),
                ptr::null_mut(),
                name.raw(),
                0,
                1,
                context.cast(),
                Some(finalize::<T>),
                context.cast(),
                Some(call_js::<T>),
                &raw mut made,
            )
        };
        if status != sys::Status::napi_ok {
            // SAFETY: Node took nothing.
            drop(unsafe { Box::from_raw(context) });
        }
        check_status!(status, "Node makes no thread-safe function")?;
        // SAFETY: it was just made, on this thread.
        check_status!(unsafe { sys::napi_unref_threadsafe_function(raw, made) })?;
        // Of an environment that ends, the last hook is the first that runs: before Node closes it.
        env.add_env_cleanup_hook(Arc::clone(&is_open), |is_open| close(&is_open))?;
        Ok(Wake {
            function: ThreadSafeFunction(made),
            is_open,
        })
    }

    /// From any thread: the function is called soon. Does nothing once the environment ends.
    pub fn wake(&self) {
        // Held while it is called: closing waits for it.
        let is_open = self.is_open.read().unwrap_or_else(PoisonError::into_inner);
        if *is_open {
            let (data, mode) = (
                ptr::null_mut(),
                sys::ThreadsafeFunctionCallMode::nonblocking,
            );
            // SAFETY: it is open. The queue has no limit, so that nothing is refused.
            unsafe { sys::napi_call_threadsafe_function(self.function.0, data, mode) };
        }
    }

    /// Keeps the process alive until [`release`](Self::release). On the environment's thread.
    pub fn hold(&self, env: Env) {
        self.if_open(|function| {
            // SAFETY: it is open, and this is its thread.
            unsafe { sys::napi_ref_threadsafe_function(env.raw(), function) }
        });
    }

    /// Lets the process end. On the environment's thread.
    pub fn release(&self, env: Env) {
        self.if_open(|function| {
            // SAFETY: as in `hold`.
            unsafe { sys::napi_unref_threadsafe_function(env.raw(), function) }
        });
    }

    fn if_open(&self, act: impl FnOnce(sys::napi_threadsafe_function) -> sys::napi_status) {
        if *self.is_open.read().unwrap_or_else(PoisonError::into_inner) {
            act(self.function.0);
        }
    }
}

fn close(is_open: &RwLock<bool>) {
    *is_open.write().unwrap_or_else(PoisonError::into_inner) = false;
}

/// Calls the function with what there is. `env` is null where the environment ends.
unsafe extern "C" fn call_js<T: ToNapiValue>(
    env: sys::napi_env,
    function: sys::napi_value,
    context: *mut c_void,
    _data: *mut c_void,
) {
    if env.is_null() || function.is_null() {
        return;
    }
    // SAFETY: Node gives back the context, which `finalize` has not freed yet.
    let context = unsafe { &*context.cast::<Context<T>>() };
    let Ok(taken) = catch_panic(|| Ok((context.take)())) else {
        return;
    };
    // SAFETY: Node calls this on the environment's thread, in a scope of its own.
    unsafe {
        if let Ok(value) = T::to_napi_value(env, taken) {
            let mut this = ptr::null_mut();
            sys::napi_get_undefined(env, &raw mut this);
            let mut returned = ptr::null_mut();
            sys::napi_call_function(env, this, function, 1, &raw const value, &raw mut returned);
        }
        raise(env);
    }
}

/// Raises an exception of the function as an uncaught one: no JavaScript called it.
///
/// # Safety
/// On the environment's thread.
unsafe fn raise(env: sys::napi_env) {
    let mut is_thrown = false;
    let mut thrown = ptr::null_mut();
    // SAFETY: the caller's own promise, passed on.
    unsafe {
        sys::napi_is_exception_pending(env, &raw mut is_thrown);
        if is_thrown
            && sys::napi_get_and_clear_last_exception(env, &raw mut thrown) == sys::Status::napi_ok
        {
            sys::napi_fatal_exception(env, thrown);
        }
    }
}

/// Nothing is called any more.
unsafe extern "C" fn finalize<T>(_env: sys::napi_env, context: *mut c_void, _hint: *mut c_void) {
    // SAFETY: Node gives back what `new` gave it, once.
    let context = unsafe { Box::from_raw(context.cast::<Context<T>>()) };
    close(&context.is_open);
}
