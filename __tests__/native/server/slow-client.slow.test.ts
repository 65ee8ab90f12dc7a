import { once } from "node:events";
import { connect } from "node:net";
import { send, startServer } from "../../support/server";

// Senders that keep a connection by sending next to nothing.

test.concurrent.each([
  ["headers", "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n", 15_000],
  [
    "a body",
    "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n",
    40_000,
  ],
])("a client that sends %s a byte at a time is told that it is too slow", async (_, head, limitMs) => {
  await using running = await startServer();
  const { hostname, port } = new URL(running.url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
  socket.write(head);
  const since = Date.now();
  const dripping = setInterval(() => socket.write("a"), 500);
  socket.on("error", () => {});
  const closed = once(socket, "close");
  const meanwhile = await send(running, "/health");
  await closed;
  clearInterval(dripping);

  expect(meanwhile.status).toBe(200);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(Date.now() - since).toBeLessThan(limitMs);
});
