import { start } from "../support/corrsteer";
import { SERVE, served } from "../support/serve-command";
import { events, posted, send } from "../support/server";

const messages = [{ role: "user", content: "abc" }];

test("serves until SIGTERM, and ends well", async () => {
  const server = await served();
  const answered = await send(server, "/v1/chat/completions", { messages, max_tokens: 2 });
  server.process.kill("SIGTERM");

  expect(answered.status).toBe(200);
  expect(await server.ended).toEqual({
    code: 0,
    signal: null,
    stdout: `qwen3 is served at ${server.url}/v1\n`,
    stderr: "",
  });
});

test("cuts a stream at the end of its grace, and ends well", async () => {
  const server = await served("--grace", "0", "--context", "100000", "--max-answer-tokens", "100000", "--name", "tiny");
  const body = { model: "tiny", messages, max_tokens: 90_000, stream: true };
  const stream = events(await fetch(`${server.url}/v1/chat/completions`, posted(body)));
  await stream.next();
  server.process.kill("SIGINT");
  const found = [];
  for await (const event of stream) found.push(event);

  expect(found.at(-1)).toMatchObject({ error: { code: "server_ending" } });
  expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
});

test.each([
  [["--host", "0.0.0.0"], "--host: expected 127.0.0.1, or --api-key beside it"],
  [["--port", "70000"], "--port: expected an integer from 0 to 65535"],
  [["--name", "a@b"], '--name: expected a name without spaces and "@"'],
])("refuses %j", async (args, message) => {
  const { code, stderr } = await start(...SERVE, ...args).ended;

  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});
