import type { Row } from "./row";

/** Holds the ids of a data set to being unique. */
export class UniqueIds {
  private readonly rows = new Map<string, Row>();

  /** Returns the id. @throws ERR_DATASET_FORMAT if an earlier row has it. */
  claim(id: string, row: Row, field: string): string {
    const earlier = this.rows.get(id);
    if (earlier) throw row.reject(field, `an id that ${earlier.path}:${earlier.number} does not have already`, id);
    this.rows.set(id, row);
    return id;
  }
}
