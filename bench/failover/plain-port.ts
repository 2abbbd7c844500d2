// Where a region of the bench answers readiness without TLS: gdnsd's monitor speaks none.
export const plainPort = 8_080;
