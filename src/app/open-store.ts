/** Opens the store that the settings name, as a member of the cluster where the folder is one's. */
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Store } from "#engines/store/port.ts";
import { openPostgresStore } from "#engines/store/postgres/open.ts";
import type { GroupTiming } from "#engines/store/replica/group.ts";
import { type MemberOptions, openSqliteStore } from "#engines/store/sqlite/open.ts";
import type { Log } from "#kernel/kernel.ts";
import type { Membership } from "./cluster/membership.ts";
import type { Config } from "./config.ts";
import { version } from "./version.ts";

export interface StoreParts {
  readonly config: Config;
  readonly folder: string;
  readonly membership: Membership | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function openStore({ config, folder, membership, clock, random, log }: StoreParts): Promise<Store> {
  if (config.databaseUrl !== null)
    return openPostgresStore({
      url: config.databaseUrl,
      clock,
      log: { error: (facts, message) => log("error", message, { ...facts }) },
    });
  return openSqliteStore({
    folder,
    clock,
    random,
    logArchive: config.logArchive,
    logArchiveKeepMs: logArchiveKeepMs(config),
    report: ({ level, event, message, facts }) => log(level, message, { event, ...facts }),
    ...(membership === null ? {} : { member: memberOptions(config, membership) }),
  });
}

/** How long files of the log's archive are kept; null for ever. */
export function logArchiveKeepMs({ logArchiveDays }: Config): number | null {
  return logArchiveDays === null ? null : logArchiveDays * 24 * 3_600_000;
}

function memberOptions(config: Config, { stored, about, transport }: Membership): MemberOptions {
  const { clusterId, nodeId } = stored.identity;
  return {
    nodeId,
    clusterId,
    about,
    transport,
    peers: transport.peers,
    // A folder without a store yet is a newcomer's: the leader tells it who the others are.
    founders: [],
    version,
    timing: timingOf(config),
  };
}

/** Two ticks to a heartbeat, so that a late one is told from a missing one. */
function timingOf({ electionMs, heartbeatMs }: Config): GroupTiming {
  const heartbeatTicks = 2;
  const tickMs = heartbeatMs / heartbeatTicks;
  return { tickMs, heartbeatTicks, electionTicks: Math.round(electionMs / tickMs) };
}
