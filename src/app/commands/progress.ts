/** What a long command says while it works: one line that is written over, at a terminal only. */

export interface ProgressLine {
  show(text: string): void;
  /** Clears the line. */
  end(): void;
}

const betweenMs = 100;

export function progressLine(say: (text: string) => void): ProgressLine {
  if (process.stderr.isTTY !== true) return { show() {}, end() {} };
  let last = 0;
  return {
    show(text) {
      const now = performance.now();
      if (now - last < betweenMs) return;
      last = now;
      say(`\r\u001b[K${text}`);
    },
    end: () => say("\r\u001b[K"),
  };
}

/** `1536` as `1.5 KiB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const unit = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${unit === 0 ? bytes : (bytes / 1024 ** unit).toFixed(1)} ${units[unit]}`;
}
