package io.rowledger.benchmark;

import java.util.List;
import java.util.Locale;

/** Bars of medians with a line from least to most, and a mark where {@code COPY} is. */
final class Plot {

  /** All values are shares of the baseline. */
  record Bar(String name, double median, double least, double most) {}

  private static final int LABELS = 400;
  private static final int WIDTH = 420;
  private static final int ROW = 26;

  private Plot() {}

  static String svg(List<Bar> bars) {
    double longest = Math.max(1.2, bars.stream().mapToDouble(Bar::most).max().orElse(1));
    double scale = WIDTH / longest;
    int height = ROW * bars.size() + 30;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
            + " font-size='12'>",
        LABELS + WIDTH + 60,
        height);
    add(svg, "<rect width='100%%' height='100%%' fill='white'/>");
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int top = i * ROW + 8;
      int middle = top + 9;
      add(
          svg,
          "<text x='%d' y='%d' text-anchor='end'>%s</text>",
          LABELS - 8,
          middle + 4,
          bar.name().replace("&", "&amp;").replace("<", "&lt;"));
      add(
          svg,
          "<rect x='%d' y='%d' width='%.1f' height='18' fill='#7aa6d6'/>",
          LABELS,
          top,
          bar.median() * scale);
      add(
          svg,
          "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='#1f3f66' stroke-width='2'/>",
          LABELS + bar.least() * scale,
          LABELS + bar.most() * scale,
          middle,
          middle);
      add(
          svg,
          "<text x='%.1f' y='%d'>%.2f</text>",
          LABELS + bar.most() * scale + 6,
          middle + 4,
          bar.median());
    }
    double copy = LABELS + scale;
    add(
        svg,
        "<line x1='%.1f' x2='%.1f' y1='0' y2='%d' stroke='#b03030' stroke-dasharray='4 3'/>",
        copy,
        copy,
        height - 20);
    add(
        svg,
        "<text x='%.1f' y='%d' text-anchor='middle' fill='#b03030'>COPY</text>",
        copy,
        height - 6);
    return svg.append("</svg>\n").toString();
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
