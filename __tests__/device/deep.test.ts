import { deepChecks } from "../../lib/doctor/deep/deep-check";
import { fixture } from "../native/models";
import { chosen, describeOnDevice } from "./chosen-device";

describeOnDevice(`corrsteer doctor --deep on ${chosen?.name ?? "a device"}`, () => {
  test("pushes every layer, and finds rows computed again and the CPU's the same", async () => {
    const checks = await deepChecks(fixture("llama").model, chosen!.name);
    expect(checks.map(({ name, status }) => [name, status])).toEqual([
      ["every layer pushed", "passed"],
      ["recomputed", "passed"],
      ["as on the CPU", "passed"],
      ["tokenizer", "passed"],
    ]);
  });
});
