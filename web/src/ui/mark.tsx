/** The mark of Lyceum: one arch inside another, the covered walk where the first lyceum was taught. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#17594a" />
      <g fill="none" strokeWidth="2.6">
        <path d="M7 25V15a9 9 0 0 1 18 0v10M5 25.200h22" stroke="#f4f1e8" />
        <path d="M12.200 25v-9.600a3.800 3.800 0 0 1 7.600 0V25" stroke="#e3b866" />
      </g>
    </svg>
  );
}
