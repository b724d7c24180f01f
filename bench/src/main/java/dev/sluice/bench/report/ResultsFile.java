package dev.sluice.bench.report;

import dev.sluice.bench.Results;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// `results.json`: a line of its own for each run, and read back exactly as it was written.
final class ResultsFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ResultsFile() {}

    static void write(Results results, Path file) throws IOException {
        var runs = results.runs().stream().map(JSON::writeValueAsString).collect(Collectors.joining(",\n"));
        Files.writeString(
                file,
                "{\"machine\":%s,\n\"notes\":%s,\n\"runs\":[\n%s\n]}\n"
                        .formatted(
                                JSON.writeValueAsString(results.machine()),
                                JSON.writeValueAsString(results.notes()),
                                runs));
    }

    /// Fails with one sentence that says what is wrong with the file.
    static Results read(Path file) throws IOException {
        try {
            var results = JSON.readValue(Files.readString(file), Results.class);
            if (results == null) {
                throw foreign(file, "it is empty", null);
            }
            return results;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (CharacterCodingException e) {
            throw foreign(file, "it is no text", e);
        } catch (JacksonException e) {
            var reason = Objects.requireNonNullElse(e.getOriginalMessage(), "it cannot be read");
            throw foreign(file, reason.lines().findFirst().orElse(reason), e);
        }
    }

    private static IOException foreign(Path file, String reason, @Nullable Exception cause) {
        return new IOException("%s does not hold the results of a benchmark: %s".formatted(file, reason), cause);
    }
}
