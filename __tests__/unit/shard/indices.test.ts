import { indexOfEnvironment, shardsToDo } from "../../../lib/shard/indices";
import { ranges } from "../../../lib/shard/ranges";

describe("the shards of a worker", () => {
  it("are all, from where it begins", () => {
    expect(shardsToDo({}, 4, 2)).toEqual([2, 3, 0, 1]);
    expect(shardsToDo({ indices: "all" }, 4, 0)).toEqual([0, 1, 2, 3]);
  });

  it("are the one of its number, or every so many-th where it is one of some workers", () => {
    expect(shardsToDo({ index: 3 }, 8, 5)).toEqual([3]);
    expect(shardsToDo({ index: 1, workers: 3 }, 8, 5)).toEqual([1, 4, 7]);
  });

  it("are those that were named, each once", () => {
    expect(shardsToDo({ indices: [5, 1, 5] }, 8, 3)).toEqual([5, 1]);
  });

  it.each([
    [{ index: 8 }, "index"],
    [{ index: 3, workers: 3 }, "index"],
    [{ workers: 3 }, "workers"],
    [{ indices: [0, 8] }, "indices"],
    [{ index: 1, indices: [1] }, "indices"],
    [{ index: 1, redis: "redis://host" }, "redis"],
    [{ indices: [1], redis: "redis://host" }, "redis"],
  ])("are none of %j", (options, name) => {
    const error = expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", details: expect.objectContaining({ name }) as object }) as Error; // prettier-ignore
    expect(() => shardsToDo(options, 8, 0)).toThrow(error);
  });

  it("are what a cluster's scheduler says", () => {
    expect(indexOfEnvironment({ SLURM_ARRAY_TASK_ID: "12" })).toBe(12);
    expect(indexOfEnvironment({ JOB_COMPLETION_INDEX: "0" })).toBe(0);
    expect(indexOfEnvironment({ SLURM_ARRAY_TASK_ID: "" })).toBeUndefined();
    expect(indexOfEnvironment({})).toBeUndefined();
  });
});

it("numbers are told as ranges", () => {
  expect(ranges([0, 3, 5, 6, 7, 9, 10])).toBe("0, 3, 5-7, 9-10");
  expect(ranges([])).toBe("");
});
