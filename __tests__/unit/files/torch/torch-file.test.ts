import { readTorchFile } from "../../../../lib/files/torch/torch-file";
import { freshCache } from "../../../support/cache";
import { containerFile, contentsOf, formatRefusal, goldenContents } from "../../../support/containers";

const cache = freshCache();
const places = async (name: string) => {
  const { tensors } = await readTorchFile(containerFile(name));
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
};

it.each(["state-dict.pt", "parameters.pt", "types.pt", "views.pt", "nested.pt"])(
  "finds the tensors of %s as PyTorch wrote them",
  async (name) => {
    const { tensors } = await readTorchFile(containerFile(name));
    expect(await contentsOf(tensors)).toEqual(goldenContents(name));
  },
);

it("takes tensors from where they lie", async () => {
  const path = containerFile("state-dict.pt");
  for (const place of (await places("state-dict.pt")).values())
    expect(place).toMatchObject({ path, transposed: false });
});

it("has each type of elements by its name in safetensors", async () => {
  const dtypes = Object.fromEntries([...(await places("types.pt"))].map(([name, { dtype }]) => [name, dtype]));
  expect(dtypes).toEqual({
    ...{ float64: "F64", float32: "F32", float16: "F16", bfloat16: "BF16", bool: "BOOL" },
    ...{ int64: "I64", int32: "I32", int16: "I16", int8: "I8", uint8: "U8" },
  });
});

it("says of a view of columns that it is transposed, and copies only what has gaps", async () => {
  const views = await places("views.pt");
  const path = containerFile("views.pt");
  expect(views.get("transposed")).toMatchObject({ path, shape: [4, 6], transposed: true });
  for (const name of ["base", "rows", "scalar"]) expect(views.get(name)).toMatchObject({ path, transposed: false });
  for (const name of ["columns", "every-other", "one-column", "one-row"]) {
    expect(views.get(name)!.path.startsWith(cache())).toBe(true);
  }
  expect(views.get("columns-transposed")).toMatchObject({ path: views.get("columns")!.path, transposed: true });
});

it("gives plain values, those of inner dicts and lists by the keys that lead there", async () => {
  const { values } = await readTorchFile(containerFile("nested.pt"));
  expect(Object.fromEntries(values)).toEqual({
    ...{ "state_dict.inner.1": "word", bias: true, norm: null, 0: -7 },
    ...{ "config.k": 5, "config.lr": 0.25, "config.name": "sae", "config.dtype": "torch.float32" },
    ...{ "config.layers.0": 1, "config.layers.1": 2, "config.seed": 2 ** 40 },
  });
});

it.each([
  ["module.pt", "torch.nn.modules.linear.Linear", "state_dict"],
  ["legacy.pt", "before 1.6", "torch.save"],
  ["script.pt", "TorchScript", "state_dict"],
  ["expanded.pt", "threshold", "share", "clone"],
  ["permuted.pt", "W_enc", "contiguous"],
  ["complex.pt", "torch.ComplexFloatStorage"],
  ["sparse.pt", "torch._utils._rebuild_sparse_tensor"],
  ["set.pt", "builtins|__builtin__", "set"],
  ["list.pt", "no dict"],
  ["plain.npz", "data.pkl"],
  ["golden.json", "ZIP"],
  ["nothing.pt", "no such file"],
])("refuses %s and says why", async (name, ...words) => {
  await expect(readTorchFile(containerFile(name))).rejects.toEqual(formatRefusal(name, ...words));
});
