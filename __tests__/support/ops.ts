// A fleet at peace as the operators' page is told of it, and a small forecast for it to show.
import type { FleetView } from '../../local/fleet-view.ts';
import { forecastOf } from '../../local/what-if/forecast.ts';
import { questionFrom } from '../../local/what-if/question.ts';
import type { WhatIfText } from '../../local/what-if/question.ts';

export const peaceView: FleetView = {
  zone: 'evenkeel.lab',
  clinic: 'http://localhost:8080',
  dns: '127.0.0.1:5300',
  term: 7,
  strategy: 'multi:1',
  regions: [
    {
      id: 'aws-paris' as FleetView['regions'][number]['id'],
      cloud: 'aws',
      location: 'eu-west-3',
      phase: 'HEALTHY',
      fault: null,
      weight: { normal: 80, intended: 80, zone: 80 },
      opinions: { 'vantage-dublin': 'up', 'vantage-finland': 'up' },
      because: null,
    },
  ],
  answers: [
    {
      name: 'aws-paris.api.evenkeel.lab',
      intended: ['127.77.0.10', '127.77.0.20'],
      answered: ['127.77.0.10', '127.77.0.20'],
      agrees: true,
    },
  ],
  vantages: [{ id: 'vantage-dublin', answers: true }],
  orders: [],
  flags: [],
  degraded: [],
};

/** The question as it was asked, with few users. */
export const quickForecast = (text: WhatIfText) =>
  forecastOf(questionFrom({ ...text, population: 'trials', users: '1000' }));
