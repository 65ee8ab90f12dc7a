import { join } from "node:path";
import { History } from "../../lib/train/history";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

it("a history of more numbers than a call takes arguments is read back", async () => {
  const nLayers = 4;
  const history = History.empty(nLayers);
  const steps = 50_000;
  const of = (value: number) => new Float64Array(nLayers).fill(value);
  for (let step = 0; step < steps; step++)
    history.add({
      loss: of(step),
      auxiliaryLoss: of(0),
      variance: of(2 * steps),
      active: of(4),
      threshold: of(1),
      dead: of(0),
    });
  const path = join(folder, "history.safetensors");

  await history.write(path);
  const read = await History.read(path);

  expect(read.steps).toBe(steps);
  expect(read.latest(3, 1)).toEqual(history.latest(3, 1));
  expect(read.latest(3, 1)).toEqual({
    loss: steps - 1,
    explainedVariance: 1 - (steps - 1) / (2 * steps),
    active: 4,
    dead: 0,
  });
});
