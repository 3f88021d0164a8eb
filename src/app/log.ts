/** The log of a node: one JSON line for each thing worth telling, on standard output. */
import { pino } from "pino";
import type { Log } from "#kernel/kernel.ts";
import type { LogLevel } from "./config.ts";

/** Lines are written at once, so that the last one before a crash is not lost; there are few of them. */
export function createLog(level: LogLevel): Log {
  const logger = pino(
    { level, base: null, formatters: { level: (label) => ({ level: label }) } },
    pino.destination({ fd: 1, sync: true }),
  );
  return (weight, message, facts = {}) => logger[weight](facts, message);
}
