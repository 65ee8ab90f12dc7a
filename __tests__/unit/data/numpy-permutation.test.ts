import { createHash } from "node:crypto";
import { numpyPermutation } from "../../../lib/data/numpy-permutation";

// numpy 2.4.6: default_rng(seed).permutation(n), its first and last numbers and the SHA-256 of all as uint32
const NUMPY = [
  { n: 10, seed: 0, first: [4, 6, 2, 7, 3, 5], last: [9, 0, 8, 1], sha256: "4955438a08f34afdbdd2fe9cc209ca5e" },
  { n: 10, seed: 1, first: [8, 4, 7, 0, 1, 2], last: [5, 9, 6, 3], sha256: "41eb7b0a92571581e9555f675d35c0af" },
  { n: 10, seed: 42, first: [5, 6, 0, 7, 3, 2], last: [4, 9, 1, 8], sha256: "7065ee2333fd6fbf66866167e524499f" },
  {
    n: 450,
    seed: 0,
    first: [145, 89, 273, 370, 133, 41],
    last: [425, 184, 289, 95],
    sha256: "7b0c80edfe26398faae6fa43000e5c4d",
  },
  {
    n: 450,
    seed: 1,
    first: [133, 39, 15, 310, 237, 115],
    last: [205, 187, 102, 255],
    sha256: "b0a4368a36607f18b25c90699465b5c5",
  },
  {
    n: 450,
    seed: 42,
    first: [337, 183, 174, 197, 231, 341],
    last: [194, 36, 97, 136],
    sha256: "b31fe1c5e1757ae67cb39795caf43984",
  },
  {
    n: 4326,
    seed: 0,
    first: [262, 2057, 1462, 3817, 633, 1495],
    last: [4125, 2232, 3023, 607],
    sha256: "564516468ce5c76bbe5c6e06a5e88da8",
  },
  {
    n: 4326,
    seed: 1,
    first: [3614, 2919, 652, 205, 2866, 3344],
    last: [4050, 1270, 2150, 1279],
    sha256: "5c860d5a2a471cde3404973eed8f86d9",
  },
  {
    n: 4326,
    seed: 42,
    first: [2385, 1413, 3423, 991, 3565, 1589],
    last: [437, 491, 2189, 1672],
    sha256: "1dcf1e09f61dee17824b41fc7cd00053",
  },
  {
    n: 29246,
    seed: 0,
    first: [3390, 24551, 3592, 25568, 8520, 28232],
    last: [15864, 22305, 27599, 607],
    sha256: "56489337b50380afdfb762898fc8896b",
  },
  {
    n: 29246,
    seed: 1,
    first: [14895, 12688, 28783, 12379, 5662, 16080],
    last: [5819, 10342, 15859, 25855],
    sha256: "e81eb575d9ea64dbc9cab5c2b6190953",
  },
  {
    n: 29246,
    seed: 42,
    first: [20867, 341, 14891, 7524, 3102, 10990],
    last: [4802, 5668, 22113, 9864],
    sha256: "83bf6d6d084d4e19145f54f794ffe9ef",
  },
  {
    n: 99842,
    seed: 0,
    first: [36673, 98153, 96981, 16041, 90714, 7263],
    last: [61469, 81321, 48632, 33375],
    sha256: "53bf3003b74adcefd3993e7435b48b0d",
  },
  {
    n: 99842,
    seed: 1,
    first: [74967, 56884, 21523, 80580, 55346, 65950],
    last: [6349, 43110, 48627, 58623],
    sha256: "5203be4c4377ef7033223582495c358c",
  },
  {
    n: 99842,
    seed: 42,
    first: [83367, 7161, 20507, 62180, 87154, 97839],
    last: [70338, 5668, 22113, 75400],
    sha256: "cffa8085625f62dd165dbeccd527149d",
  },
];

test.each(NUMPY)("is NumPy's permutation of $n for seed $seed", ({ n, seed, first, last, sha256 }) => {
  const permutation = numpyPermutation(seed, n);
  expect([...permutation.subarray(0, first.length)]).toEqual(first);
  expect([...permutation.subarray(-last.length)]).toEqual(last);
  const bytes = Buffer.from(permutation.buffer);
  expect(createHash("sha256").update(bytes).digest("hex").slice(0, 32)).toBe(sha256);
});

test("takes seeds of more than 32 bits, and nothing to permute", () => {
  expect([...numpyPermutation(2 ** 33 + 5, 5)]).toEqual([0, 3, 4, 1, 2]);
  expect([...numpyPermutation(42, 0)]).toEqual([]);
  expect([...numpyPermutation(42, 1)]).toEqual([0]);
});
