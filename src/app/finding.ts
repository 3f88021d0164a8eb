/** What a look at a node or a cluster found: one sentence, with what to do where something is wrong. */

export interface Finding {
  readonly level: "ok" | "warn" | "error";
  readonly message: string;
}
