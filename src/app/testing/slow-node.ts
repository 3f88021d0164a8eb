/** A program that asks its heavy reader for something without an end; whoever started it kills it meanwhile. */
import { createHeavyReaders } from "../heavy-reader.ts";

const readers = createHeavyReaders({
  source: { engine: "sqlite", folder: String(process.argv[2]) },
  log: () => {},
  slicesModule: import.meta.resolve("./slow-slices.ts"),
});
await readers.read({
  operation: "slow.countTo",
  input: { say: "counting\n" },
  claims: null,
  internalActor: null,
  now: Date.now(),
  atLeast: null,
  origin: { door: "internal", address: null, agent: null },
});
