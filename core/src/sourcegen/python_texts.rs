//! Python: what the declared methods say of themselves. The arguments of the table go between.

pub const INIT: &str = "Arguments, and where each has its value from if it is left out.

        :param api_key: the key; or a list or tuple of keys, the first preferred: after a 401
            the next is used; or a callable that returns the key, called at the first request
            and again after a 401, on the thread that makes the call. Left out, the key is
            looked for in ``NEURA_API_KEY``, the file that ``NEURA_API_KEY_FILE`` names, what the
            program of ``NEURA_API_KEY_COMMAND`` prints, the nearest ``.env`` file, and the
            credentials file, in this order.
";
pub const INIT_ENDS: &str =
    "        :param default: called with each value of a JSON body that JSON has no form for, as in
            ``json.dumps``: what it returns is sent in its place.
        :raises MissingAPIKeyError: no key was given and none found; the message names every
            place.
        :raises MalformedAPIKeyError: no key can look like the one given or found.
        :raises ConfigError: another option or a file is wrong. A callable that fails raises it
            from the call that needs the key, with the exception as its ``__cause__``.
        ";
pub const REQUEST: &str = "Sends any request and returns the reply, whatever its status.

        :param path: below the base URL, as ``/chat/completions``.
        :param json: the body, as a value to be written as JSON.
        :param data: the body, as bytes, text, a mapping (sent as a form), a file, or an
            iterable of bytes. The last two are read while they go out: a file from where it
            stands, and again for a retry; an iterable once, so that it is not tried again. An
            ``AsyncClient`` also takes what is iterated asynchronously.
        :param files: a form with files (``multipart/form-data``) and the fields of ``data``, which
            is a mapping or pairs then: a mapping or pairs of names and open files, bytes, text,
            or tuples ``(filename, file[, content_type[, headers]])``. They are read while they go
            out, as ``data`` is.
        :param params: the query, as a mapping or pairs of text, numbers, booleans (``true``,
            ``false``), lists (repeated), None (left out) and whatever else ``str`` has a text
            for; or as one text, with its escapes.
        :param headers: headers that go before the client's.
        :param stream: returns when the headers came; the body is read by ``iter_content``,
            ``iter_lines``, ``iter_events`` or ``content`` (of an ``AsyncClient`` by
            ``aiter_content``, ``aiter_lines``, ``aiter_events`` or ``aread``), and ``timeout``
            ends with the headers. The words of an error are waited for, 2 s at most.
        :param progress: called with the bytes that were sent or have come, and with their sum
            (None if it is not known): those of ``data`` and ``files`` if there are any, else those
            of the reply's body as they come over the network. At first, then at most 20 times a
            second, and at the end; another attempt begins at 0. It runs where ``on_attempt`` does.
            True shows a bar of ``tqdm``.
        :param default: as in ``Client``.
";
pub const REQUEST_ENDS: &str =
    "        :raises NeuraError: for no reply at all; see ``Response.raise_for_status``.
        ";
pub const STREAM: &str = "Sends a request and returns the events of its reply, to iterate over.

        A ``Client`` sends it at once, an ``AsyncClient`` with ``async for`` or ``async with``.
        Arguments as in ``request``; ``timeout`` ends with the reply's headers.

        :raises NeuraError: also for a status outside 200 to 299.
        ";
pub const SESSION: &str =
    "``Client.request``, with the session's headers and params beneath the request's own.

        What of ``requests`` is taken besides, and what is refused, ``Session`` says.
        ";
pub const MODULE: &str =
    "``Client.request`` on the default client, whose options the environment gives.

    >>> import neura_ai
    >>> neura_ai.request(\"GET\", \"/models\").status_code
    200
    ";
pub const CHAT: &str = "Asks a model to go on with a conversation.

        ``more`` are further members of the request's body (``temperature``, ``tools``, ...);
        ``extra_body``, for those of another service, is laid over it. The other arguments are
        not part of it.

        :param stream: True gives the answer in chunks, as they are made.
        :param extra_headers: headers of this request.
        :param extra_query: query parameters, as ``params`` of ``Client.request``.
        :param timeout: as in ``Client``; for a stream, the time to its headers.
        :param max_retries: as in ``Client``.
        :param idempotency_key: sent as ``Idempotency-Key``, the same on every attempt.
        :param default: as in ``Client``.
        :raises NeuraError: for a reply that is not an answer, and for none.
        ";
pub const CHAT_ASYNC: &str =
    "As ``create`` of a ``Client``; with ``stream`` it returns when the headers came,
        and the chunks are for ``async for``.";
pub const EMBEDDINGS: &str =
    "The vectors of a text, or of several; arguments as in a chat's ``create``.";
