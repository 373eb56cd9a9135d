"""A web service. Its key is in a file, and may be replaced there while the service runs.

The file is the credentials file, or the one that NEURA_API_KEY_FILE names. The service prints
where it listens, and ends with its standard input.
"""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import neura_ai

client = neura_ai.Client()  # one for all threads: it looks at the file
MESSAGES = [{"role": "user", "content": "Hello!"}]


class Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        try:
            reply = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
            status, text = 200, reply.choices[0].message.content or ""
        except neura_ai.NeuraError as error:
            print(error, file=sys.stderr)
            status, text = 502, "no answer"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Writes no line for each request."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address, flush=True)
sys.stdin.read()
