// What the service promises its users in a month, read by the alerts, by the drills and by people.

/** Of all requests that are judged, 0..1. */
export const availabilityObjective = 0.999;
export const monthSeconds = 30 * 24 * 3_600;
/** An upload that takes longer was answered, and not promptly. */
export const promptMsMax = 2_500;
