import { DTYPE_BYTES, type TensorPlace } from "../../native/tensor-place";
import { extracted } from "../extracted";
import { formatError } from "../format-error";
import { knownSha256 } from "../known-hash";
import { readSpan, type Span } from "../span";
import { readArchive } from "../zip/archive";
import { flatten, type PlainValue, type TorchContents } from "./flatten";
import { gathered } from "./gathered";
import { layoutOf } from "./layout";
import { requireZip } from "./require-zip";
import { unpickle } from "./unpickle";
import type { TorchTensor } from "./values";

/** What a file of `torch.save` holds: a value within another dict or list has the keys that lead to it, joined with dots. */
export interface TorchFile {
  readonly tensors: readonly TensorPlace[];
  readonly values: ReadonlyMap<string, PlainValue>;
}

/** The pickle of a file with ten thousand tensors takes a tenth of it. */
const MAX_PICKLE = 2 ** 24;

/**
 * Where the tensors of a dict lie that PyTorch 1.6 or later has saved. The pickle in it is read without Python and runs
 * nothing: see `unpickle`.
 * @throws ERR_FILE_FORMAT as `readArchive`, and for anything that a dict of tensors and plain values has no need of;
 * ERR_FILE_WRITE
 */
export async function readTorchFile(path: string): Promise<TorchFile> {
  await requireZip(path);
  const members = await readArchive(path);
  const root = rootOf(members, path);
  const order = members.get(`${root}byteorder`);
  const byteOrder = order ? (await readSpan(order, 8)).toString("latin1") : "little";
  if (byteOrder !== "little") throw formatError(path, `its numbers are ${byteOrder}-endian: expected little-endian`);
  const { tensors, values } = await readContents(members.get(`${root}data.pkl`)!, path);
  const places = [];
  for (const [name, tensor] of tensors) {
    const storage = members.get(`${root}data/${tensor.storage.key}`);
    if (!storage) throw formatError(path, `tensor ${name}: its storage is not there`);
    places.push(await placeOf(name, tensor, storage, path));
  }
  return { tensors: places, values };
}

/** The folder that all of it is in. */
function rootOf(members: ReadonlyMap<string, Span>, path: string): string {
  const names = [...members.keys()];
  const [pickle, ...more] = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined || more.length > 0)
    throw formatError(path, "not a file of torch.save: expected one data.pkl");
  const root = pickle.slice(0, -"data.pkl".length);
  if (!members.has(`${root}constants.pkl`)) return root;
  throw formatError(path, "it is a program of TorchScript: save its state_dict() with torch.save");
}

async function readContents(pickle: Span, path: string): Promise<TorchContents> {
  if (pickle.size > MAX_PICKLE)
    throw formatError(path, `its pickle has ${pickle.size} bytes: expected at most ${MAX_PICKLE}`);
  const bytes = await readSpan(pickle);
  try {
    return flatten(unpickle(bytes));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw formatError(path, `its pickle: ${cause.message}`, cause);
  }
}

async function placeOf(name: string, tensor: TorchTensor, storage: Span, path: string): Promise<TensorPlace> {
  const { dtype } = tensor.storage;
  const width = DTYPE_BYTES[dtype];
  const layout = layoutIn(name, tensor, storage.size, path);
  const { rows, columns, rowStride, columnStride, transposed } = layout;
  const place = { name, dtype, shape: tensor.shape, transposed };
  const isDense = columnStride === 1 && (rows === 1 || rowStride === columns);
  if (isDense) return { ...place, path: storage.path, offset: storage.offset + width * layout.offset };
  const id = [storage.offset + width * layout.offset, rows, columns, rowStride, columnStride, width].join("-");
  const copy = await extracted(await knownSha256(storage.path), id, width * rows * columns, () =>
    gathered(storage, layout, width),
  );
  return { ...place, path: copy.path, offset: copy.offset };
}

function layoutIn(name: string, tensor: TorchTensor, bytes: number, path: string) {
  try {
    return layoutOf(tensor, bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw formatError(path, `tensor ${name}: ${cause.message}`, cause);
  }
}
