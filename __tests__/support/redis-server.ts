import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createConnection, createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether there is a Redis on this machine. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
export const PASSWORD = "p4ss/word";

/** A Redis of the test's own, with a password, which keeps what it has when it is started again. */
export class RedisServer {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private process: ChildProcess,
  ) {}

  static async start(folder: string): Promise<RedisServer> {
    const port = await freePort();
    const server = new RedisServer(folder, port, run(folder, port));
    await server.answers();
    return server;
  }

  get url(): string {
    return `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    await this.stop("SIGKILL");
    this.process = run(this.folder, this.port);
    await this.answers();
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.kill(signal);
    await ended;
  }

  private async answers(): Promise<void> {
    const isOpen = () =>
      new Promise<boolean>((resolve) => {
        const socket = createConnection(this.port, "127.0.0.1");
        socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
        socket.once("connect", () => socket.destroy());
      });
    while (!(await isOpen())) await sleep(50);
  }
}

function run(folder: string, port: number): ChildProcess {
  const kept = ["--dir", folder, "--appendonly", "yes", "--appendfsync", "always"];
  const guarded = ["--requirepass", PASSWORD, "--bind", "127.0.0.1", "--port", String(port)];
  return spawn("redis-server", [...kept, ...guarded], { stdio: "ignore" });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
