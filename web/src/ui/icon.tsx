/** The icons, drawn on a grid of 24 with one stroke; decoration only, so hidden from screen readers. */
const paths = {
  home: "M4 11.5 12 5l8 6.5V20h-5.5v-5h-5v5H4z",
  query: "M4 5h16v11H10l-4.5 4v-4H4zM9 9.2h6M9 12h4",
  people:
    "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM3 19.5c.4-3.3 2.8-5 6-5s5.600 1.700 6 5M15.500 5a3 3 0 0 1 0 5.800M17.500 14.900c2 .6 3.200 2.200 3.500 4.600",
  school: "M5 20V11a7 7 0 0 1 14 0v9M9 20v-8a3 3 0 0 1 6 0v8M3 20h18",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c.6-4 3.600-6 7.500-6s6.900 2 7.500 6",
  plus: "M12 5v14M5 12h14",
  check: "m5 12.500 4.500 4.500L19 7.500",
  close: "M6 6l12 12M18 6 6 18",
  down: "m6 9.500 6 6 6-6",
  next: "m9.500 6 6 6-6 6",
  back: "m14.500 6-6 6 6 6",
  more: "M6.200 12a1.200 1.200 0 1 0-2.400 0 1.200 1.200 0 0 0 2.400 0zM13.200 12a1.200 1.200 0 1 0-2.400 0 1.200 1.200 0 0 0 2.400 0zM20.200 12a1.200 1.200 0 1 0-2.400 0 1.200 1.200 0 0 0 2.400 0z",
  file: "M6 3.500h8l4 4v13H6zM14 3.500v4h4",
  download: "M12 4v11m0 0-4.500-4.500M12 15l4.500-4.500M4.500 20h15",
  upload: "M12 16V5m0 0L7.500 9.500M12 5l4.500 4.500M4.500 20h15",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.500v13l10-6.500z",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20 20",
  zoomIn:
    "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20 20M10.500 7.800v5.400M7.800 10.500h5.400",
  zoomOut: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20 20M7.800 10.500h5.400",
  fit: "M4 12h16M4 12l3.500-3.500M4 12l3.500 3.500M20 12l-3.500-3.500M20 12l-3.500 3.500",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  warn: "M12 4 2.800 20h18.400zM12 10v4.500M12 17.300h.01",
  bell: "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15zM10 20.500h4",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.500V12l3 2",
  task: "M7 4.500h10v16H7zM10 3h4v3h-4zM9.800 11h4.400M9.800 14.500h4.400",
  grade: "m12 4 2.400 5 5.600.7-4.100 3.800 1.100 5.500-5-2.800-5 2.800 1.100-5.500L4 9.700 9.600 9z",
  book: "M12 6.500C10 5 7 4.500 3.500 4.800V18c3.500-.3 6.500.2 8.500 1.800 2-1.600 5-2.100 8.500-1.800V4.800C17 4.500 14 5 12 6.500zm0 0v13",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400",
  key: "M8 15.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 11.500h9v3.500M17.500 11.500v3",
  out: "M10 4H5v16h5M15.500 8l4 4-4 4M19.500 12H9.500",
} as const;

export type IconName = keyof typeof paths;
/** These point along the line, so they turn round where the line does. */
const mirrored: readonly IconName[] = ["next", "back", "out"];

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
      {...(mirrored.includes(name) ? { "data-mirror": "" } : {})}
    >
      <path d={paths[name]} />
    </svg>
  );
}
