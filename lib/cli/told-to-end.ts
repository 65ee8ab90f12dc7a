/** Why a program ends that was told to. */
export class ToldToEnd extends Error {
  constructor(readonly by: "SIGINT" | "SIGTERM") {
    super(`ended by ${by}`);
  }
}

/**
 * Runs what goes on until it is told to end: the first SIGINT or SIGTERM aborts its signal with a `ToldToEnd`, the second
 * one ends the process as if nobody listened.
 */
export async function untilTold<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const told = (by: NodeJS.Signals) => {
    stopListening();
    controller.abort(new ToldToEnd(by as ToldToEnd["by"]));
  };
  const stopListening = () => {
    process.off("SIGINT", told).off("SIGTERM", told);
  };
  process.on("SIGINT", told).on("SIGTERM", told);
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}
