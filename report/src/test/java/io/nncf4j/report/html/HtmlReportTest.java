package io.nncf4j.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.record.GraphNodeRecord;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.report.Figures;
import io.nncf4j.report.RunJson;
import io.nncf4j.report.SampleRuns;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class HtmlReportTest {
  private static final Pattern FIGURE =
      Pattern.compile("data-field=\"([^\"]+)\" data-value=\"([^\"]+)\">([^<]*)<");
  private static final Pattern RECORD =
      Pattern.compile(
          "<script type=\"application/json\" id=\"run\">(.*?)</script>", Pattern.DOTALL);

  @Test
  void thePageShowsTheValuesOfTheJson() throws IOException {
    RunRecord run = SampleRuns.realistic();
    JsonNode json = new ObjectMapper().readTree(RunJson.write(run));
    Matcher figure = FIGURE.matcher(HtmlReport.render(run));
    Set<String> seen = new HashSet<>();
    while (figure.find()) {
      JsonNode value = json.at("/" + figure.group(1));
      assertThat(value.isNumber()).as(figure.group(1)).isTrue();
      assertThat(Double.parseDouble(figure.group(2)))
          .as(figure.group(1))
          .isEqualTo(value.asDouble());
      assertThat(figure.group(3)).as(figure.group(1)).isEqualTo(shown(figure.group(1), value));
      seen.add(figure.group(1));
    }
    assertThat(seen)
        .contains(
            "before/metric",
            "before/sizeBytes",
            "before/latencyMillis",
            "before/latencyP90Millis",
            "after/metric",
            "after/sizeBytes",
            "after/latencyMillis",
            "after/latencyP90Millis",
            "agreement",
            "samples",
            "seconds/total",
            "peakMemoryBytes",
            "layers/0/sqnrDb",
            "layers/0/sizeBytesAfter");
  }

  private static String shown(String field, JsonNode value) {
    double number = value.asDouble();
    String name = field.substring(field.lastIndexOf('/') + 1);
    return switch (name) {
      case "metric", "agreement" -> Figures.percent(number);
      case "latencyMillis", "latencyP90Millis" -> Figures.millis(number);
      case "total" -> Figures.seconds(number);
      case "sqnrDb" -> Figures.fixed(number, 1) + " dB";
      case "low", "high" -> Figures.number(number);
      case "samples", "evaluatedSamples" -> value.asText();
      default -> Figures.bytes(value.asLong());
    };
  }

  @Test
  void theRecordStandsInThePage() throws IOException {
    for (RunRecord run : List.of(SampleRuns.realistic(), SampleRuns.hostile())) {
      Matcher record = RECORD.matcher(HtmlReport.render(run));
      assertThat(record.find()).isTrue();
      ObjectMapper mapper = new ObjectMapper();
      assertThat(mapper.readTree(record.group(1))).isEqualTo(mapper.readTree(RunJson.write(run)));
    }
  }

  @Test
  void hostileNamesStayText() {
    String page = HtmlReport.render(SampleRuns.hostile());
    assertThat(page)
        .doesNotContain("<img")
        .doesNotContain("<script>alert")
        .doesNotContain("\u001b");
    assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(2);
    assertThat(Pattern.compile("</script").matcher(page).results()).hasSize(2);
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    assertThat(HtmlReport.render(SampleRuns.realistic()))
        .doesNotContain("http://")
        .doesNotContain("https://")
        .doesNotContain(" src=")
        .doesNotContain("@import")
        .doesNotContain("url(")
        .contains("default-src 'none'".replace("'", "&#39;"));
  }

  @Test
  void everyElementIsClosed() throws Exception {
    for (RunRecord run : List.of(SampleRuns.realistic(), SampleRuns.hostile())) {
      String page = HtmlReport.render(run);
      String body = page.substring(page.indexOf("<main>"), page.indexOf("</main>") + 7);
      Document document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
      assertThat(document.getElementsByTagName("section").getLength()).isGreaterThan(4);
    }
  }

  @Test
  void anEmptyRunIsAPageToo() {
    assertThat(HtmlReport.render(RunRecord.builder("quantize", "model.onnx").build()))
        .contains("<h1><span>model.onnx</span></h1>");
  }

  @Test
  void aGraphThatIsTooLargeIsSaidToBe() {
    List<GraphNodeRecord> nodes = new ArrayList<>();
    for (int index = 0; index < 7000; index++) {
      nodes.add(new GraphNodeRecord("n" + index, "Relu", "float", List.of("n" + (index - 1))));
    }
    assertThat(HtmlReport.render(RunRecord.builder("quantize", "m").graph(nodes).build()))
        .contains("too large to be drawn: 7000 nodes");
  }
}
