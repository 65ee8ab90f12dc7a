import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A site of dashboards, as far as features' labels are asked of it. */
export interface DashboardServer {
  readonly url: string;
  /** Paths, as they came. */
  readonly asked: string[];
  /** Labels by "id/feature"; what is not there is answered with 404. */
  readonly labels: Record<string, string>;
  /** Answers in place of the server: true where it did. */
  fault: ((response: ServerResponse) => boolean) | undefined;
  close(): Promise<void>;
}

export async function serveDashboards(labels: Record<string, string> = {}): Promise<DashboardServer> {
  const http = createServer((request, response) => {
    server.asked.push(request.url!);
    if (server.fault?.(response)) return;
    const label = labels[request.url!.replace(/^\/api\/feature\//, "")];
    const body = { modelId: "tiny", explanations: [{ description: "" }, { description: label }] };
    response.writeHead(label === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(label === undefined ? { message: "not found" } : body));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server: DashboardServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    ...{ asked: [], labels, fault: undefined },
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => {
          resolve();
        });
      }),
  };
  return server;
}
