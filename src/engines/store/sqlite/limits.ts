/** The limits of the SQLite engine, by name. Tests lower some of them to meet them soon. */

export interface SqliteLimits {
  /** Commands that may wait; one more is told to come again later. */
  readonly queueMax: number;
  /** Commands in one batch, that is in one transaction and one entry of the log. */
  readonly batchCommandsMax: number;
  /** Bytes bound to statements after which a batch takes no further command: about the size of its changeset. */
  readonly batchBytesMax: number;
  /** Milliseconds of work after which a batch takes no further command. */
  readonly batchMsMax: number;
  /** The largest entry that the log takes; a single command that changes more fails. */
  readonly entryBytesMax: number;
  /** One file of the log; also what is set aside for the next. */
  readonly segmentBytes: number;
  /** Connections for reads in this process. */
  readonly readersMax: number;
  /** Reads that may wait for a connection or for a position. */
  readonly readsWaitingMax: number;
  /** How long a read waits for the position that it asked for. */
  readonly readWaitMsMax: number;
  /** Prepared statements kept on each connection. */
  readonly statementsMax: number;
  /** The write-ahead log is checkpointed in a worker thread beyond this. */
  readonly walWorkerBytes: number;
  /** … and between two batches beyond this, so that it starts again from its beginning. */
  readonly walInlineBytes: number;
  /** … and somebody should look beyond this: a long read keeps it from being emptied. */
  readonly walAlarmBytes: number;
  /** How often a store that refuses commands (a full disk) looks whether it can take them again. */
  readonly recoveryProbeMs: number;
  /** Entries of the log applied in one transaction while catching up. */
  readonly applyBatchMax: number;
  /** Bytes of the log kept for other members that may come back; they need a snapshot beyond. */
  readonly logKeepBytes: number;
  /** … and at most for members that are being brought up to date. */
  readonly logKeepBytesMax: number;
  /** How often the leader has all members compare what they hold. */
  readonly stateHashEveryMs: number;
}

const mebibyte = 1 << 20;

export const sqliteLimits: SqliteLimits = {
  queueMax: 4096,
  batchCommandsMax: 512,
  batchBytesMax: mebibyte,
  batchMsMax: 5,
  entryBytesMax: 32 * mebibyte,
  segmentBytes: 8 * mebibyte,
  readersMax: 4,
  readsWaitingMax: 4096,
  readWaitMsMax: 5_000,
  statementsMax: 512,
  walWorkerBytes: 4 * mebibyte,
  walInlineBytes: 16 * mebibyte,
  walAlarmBytes: 256 * mebibyte,
  recoveryProbeMs: 500,
  applyBatchMax: 64,
  logKeepBytes: 64 * mebibyte,
  logKeepBytesMax: 1024 * mebibyte,
  stateHashEveryMs: 60 * 60_000,
};
