// What each light region answers to the golden picture, and what the testbed's controllers are told is right.
export const goldenAnswer = { label: 'pneumonia', probability: 0.875 };
