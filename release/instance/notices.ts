// What a cloud says when a machine must go, in one form for all three.

export interface Notice {
  /** In the cloud's own words, for the log. */
  readonly cause: string;
  /** Tells the cloud that it need not wait longer; null where it cannot be told. */
  readonly acknowledge: (() => Promise<void>) | null;
}

export interface NoticeSource {
  /** Null while the machine may stay. */
  next(): Promise<Notice | null>;
}
