/** The name of a device from what its client called itself: "Firefox on Linux" out of a line of history. */

const browsers = [
  ["Edge", /\bEdgA?\/|\bEdgiOS\//],
  ["Opera", /\bOPR\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\bFirefox\/|\bFxiOS\//],
  ["Chrome", /\b(?:Headless)?Chrom(?:e|ium)\/|\bCriOS\//],
  ["Safari", /\bSafari\//],
] as const;

const systems = [
  ["Android", /\bAndroid\b/],
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b|\bMacintosh\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Linux", /\bLinux\b/],
] as const;

export interface DeviceName {
  readonly browser: string;
  readonly system: string | null;
}

/** Null for a client that is no browser that we know: its own words say more. */
export function deviceName(agent: string): DeviceName | null {
  // Every browser claims to be an older one, so the more particular ones are looked for first.
  const browser = browsers.find(([, sign]) => sign.test(agent));
  if (browser === undefined || !agent.startsWith("Mozilla/")) return null;
  return { browser: browser[0], system: systems.find(([, sign]) => sign.test(agent))?.[0] ?? null };
}
