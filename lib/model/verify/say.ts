import type { Said } from "./said";

/** Tells the parent how it went, and ends. Where nobody is left to tell it ends at once. */
export function say(what: Promise<Said>): void {
  process.once("disconnect", () => process.exit());
  void what.then((said) => {
    process.send!(said, () => {
      process.disconnect();
    });
  });
}
