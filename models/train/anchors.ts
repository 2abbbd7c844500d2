// Published results on the same deposits, for orientation: quoted with their source, never claimed.

export interface Anchor {
  readonly work: string;
  readonly result: string;
}

const anchors: Readonly<Record<string, readonly Anchor[]>> = {
  'chest-pneumonia': [
    {
      work: 'Kermany et al., Cell 2018;172:1122-1131 (Inception V3, the authors\u2019 test set)',
      result: 'accuracy 92.8 %, AUC 0.968',
    },
    {
      work: 'PneumoniaMNIST of MedMNIST v2 (Yang et al., Scientific Data 2023;10:41), ResNet-50 at 224 px, its own split of the same films',
      result: 'AUC 0.962, accuracy 0.884',
    },
  ],
  'knee-osteoarthritis': [
    {
      work: 'Tiulpin et al., Scientific Reports 2018;8:1727 (deep Siamese network, trained on MOST, tested on OAI films)',
      result: 'grade 2 or more: AUC 0.93; five grades: accuracy 66.7 %, quadratic kappa 0.83',
    },
    {
      work: 'KL-FuseNet, as its authors report for five grades',
      result: 'accuracy 70.3 %, quadratic kappa 0.881',
    },
  ],
};

export const anchorsOf = (model: string): readonly Anchor[] => anchors[model] ?? [];
