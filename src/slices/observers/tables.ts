/** The rows that the observers slice owns. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";

/** That somebody observes a student. The row goes when the link ends; that it was there stands in the audit trail. */
export interface ObserverLinksTable {
  id: string;
  /** Unique together with the student. */
  observer_id: string;
  student_id: string;
  origin: "admin" | "pairing_code";
  /** The admin; the observer themselves, who used a code. */
  made_by: string;
  made_at: number;
}

/** A code by which one person may link themselves to the student. The row goes when it is used or withdrawn. */
export interface PairingCodesTable {
  id: string;
  student_id: string;
  /** The code follows from it and the master key. */
  secret_id: string;
  /** By which a code that was typed is found. Unique. */
  code_hash: string;
  made_at: number;
  expires_at: number;
}

export interface ObserversTables {
  observer_links: ObserverLinksTable;
  pairing_codes: PairingCodesTable;
}

/** Every table, with the columns that hold personal data. */
export const observersTables: Readonly<Record<keyof ObserversTables, TableFacts>> = {
  observer_links: { personal: ["observer_id", "student_id", "made_by"] },
  pairing_codes: { personal: ["student_id"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<ObserversTables>();
