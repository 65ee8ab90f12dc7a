import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CLIENTS } from "./clients";
import { freePort } from "./free-port";

const areClientsHere = ["bullmq", "ioredis"].every((name) => existsSync(join(CLIENTS, name)));
/** Servers on this machine that a queue can be tried with; none without BullMQ's packages. */
export const QUEUE_SERVERS = ["redis-server", "valkey-server"].filter(
  (program) => areClientsHere && spawnSync(program, ["--version"]).status === 0,
);

/** Tests of a queue in each of them, told and skipped where there is none. */
export function describeInQueues(tests: (program: string) => void): void {
  const name = (program: string) => `a queue in ${program} (skipped without it and node scripts/clients.mjs)`;
  for (const program of QUEUE_SERVERS) describe(name(program), () => tests(program));
  if (QUEUE_SERVERS.length === 0) describe.skip(name("redis-server or valkey-server"), () => tests(""));
}

export const PASSWORD = "p4ss/word";

interface RedisOptions {
  readonly program: string;
  /** Talks TLS alone, with a certificate of its own. */
  readonly tls?: boolean;
}

/** A Redis of the test's own, with a password, which keeps what it has when it is started again. */
export class RedisServer {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly options: RedisOptions,
    private process: ChildProcess,
  ) {}

  static async start(folder: string, options: RedisOptions): Promise<RedisServer> {
    const port = await freePort();
    if (options.tls) makeCertificate(folder);
    const server = new RedisServer(folder, port, options, run(folder, port, options));
    await server.answers();
    return server;
  }

  /** What a client has to trust. */
  get certificate(): string {
    return join(this.folder, CERTIFICATE);
  }

  get url(): string {
    return `${this.options.tls ? "rediss" : "redis"}://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    await this.stop("SIGKILL");
    this.process = run(this.folder, this.port, this.options);
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

const [CERTIFICATE, KEY] = ["certificate.pem", "key.pem"];

function makeCertificate(folder: string): void {
  const files = ["-keyout", join(folder, KEY), "-out", join(folder, CERTIFICATE)];
  const about = ["-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...files, ...about], { stdio: "ignore" });
}

function run(folder: string, port: number, { program, tls }: RedisOptions): ChildProcess {
  const kept = ["--dir", folder, "--appendonly", "yes", "--appendfsync", "always"];
  const guarded = ["--requirepass", PASSWORD, "--bind", "127.0.0.1"];
  const certified = ["--tls-cert-file", CERTIFICATE, "--tls-key-file", KEY, "--tls-ca-cert-file", CERTIFICATE];
  const reached = tls
    ? ["--port", "0", "--tls-port", String(port), ...certified, "--tls-auth-clients", "no"]
    : ["--port", String(port)];
  return spawn(program, [...kept, ...guarded, ...reached], { stdio: "ignore", cwd: folder });
}
