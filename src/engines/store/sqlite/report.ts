/** What the store tells whoever runs it, beside its answers: repairs, trouble, and when trouble is over. */

export interface StoreReport {
  readonly level: "info" | "warn" | "error";
  /** A stable name, for alerts: `log-torn-tail`, `commands-refused`, `commands-taken-again`, `wal-large`, … */
  readonly event: string;
  /** One sentence for a person. */
  readonly message: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

export type Report = (report: StoreReport) => void;
