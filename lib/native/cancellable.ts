import type { Addon, NativeCancel } from "./addon";

/** Native work that `signal` stops: it then rejects with the signal's reason. */
export async function cancellable<T>(
  addon: Addon,
  signal: AbortSignal | undefined,
  work: (cancel: NativeCancel) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const cancel = addon.createCancel();
  const abort = () => {
    cancel.request();
  };
  signal?.addEventListener("abort", abort);
  try {
    return await work(cancel);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
