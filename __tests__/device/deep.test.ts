import { diagnose } from "../../lib/doctor/doctor";
import { fixture } from "../native/models";
import { chosen, describeOnDevice } from "./chosen-device";

describeOnDevice(`corrsteer doctor --deep on ${chosen?.name ?? "a device"}`, () => {
  // With norms that keep a row's mean, and that take it out.
  test.each(["llama", "gpt2"])(
    "pushes every layer of %s, and finds rows computed again and the CPU's the same",
    async (name) => {
      const { checks } = await diagnose({ model: fixture(name).model, device: chosen!.name, deep: true });
      expect(checks.filter(({ status }) => status !== "passed")).toEqual([]);
      expect(checks.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["engine", "every layer pushed", "as on the CPU"]),
      );
    },
  );
});
