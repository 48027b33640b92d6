//! The table as a drawing: both axes are logarithmic, so that ten and ten thousand fit on one page.

use super::{ACTIVE, Line};
use benches::report::Origin;
use plotters::prelude::*;
use std::io;

/// The drawing, as SVG. It says itself where and when its figures were taken.
pub(super) fn draw(lines: &[Line], origin: &Origin) -> io::Result<String> {
    let mut svg = String::new();
    try_draw(&mut svg, lines, origin).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(svg)
}

fn try_draw(svg: &mut String, lines: &[Line], origin: &Origin) -> Result<(), Box<dyn std::error::Error>> {
    let points = || lines.iter().flat_map(Line::medians);
    let most_clients = points().map(|(idle, _)| idle).max().ok_or("nothing was measured")?;
    let least_clients = points().map(|(idle, _)| idle).min().ok_or("nothing was measured")?.max(1);
    let most_cost = points().map(|(_, cost)| cost).fold(0.0, f64::max);
    let least_cost = points().map(|(_, cost)| cost).fold(f64::MAX, f64::min);

    let area = SVGBackend::with_string(svg, (800, 500)).into_drawing_area();
    area.fill(&WHITE)?;
    let title = format!("{ACTIVE} clients talk, the others are silent: what a message costs");
    let (plot, foot) = area.split_vertically(465);
    let mut chart = ChartBuilder::on(&plot)
        .caption(title, (FONT, 20))
        .margin(15)
        .x_label_area_size(45)
        .y_label_area_size(60)
        .build_cartesian_2d(
            (least_clients as f64..most_clients as f64 * 1.6).log_scale(),
            (least_cost / 1.6..most_cost * 1.6).log_scale(),
        )?;
    chart
        .configure_mesh()
        .light_line_style(BLACK.mix(0.04))
        .bold_line_style(BLACK.mix(0.15))
        .x_desc("silent clients")
        .y_desc("server CPU time per message (µs)")
        .x_label_formatter(&|clients| format!("{clients:.0}"))
        .y_label_formatter(&|cost| format!("{cost:.0}"))
        .axis_desc_style((FONT, 16))
        .label_style((FONT, 14))
        .draw()?;
    for (line, color) in lines.iter().zip(COLORS) {
        let points: Vec<_> = line.medians().map(|(idle, cost)| (idle.max(1) as f64, cost)).collect();
        chart.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?;
        chart.draw_series(points.iter().map(|&point| Circle::new(point, 3, color.filled())))?;
        // The name stands where the line ends, with the figure: no legend, nothing to look up.
        chart.draw_series(points.last().map(|&(idle, cost)| {
            let name = format!("{}: {cost:.1} µs", line.multiplexer);
            EmptyElement::at((idle, cost))
                + Text::new(name, (-105, -18), (FONT, 15).into_font().color(&color))
        }))?;
    }
    foot.draw(&Text::new(origin.line(), (15, 8), (FONT, 13).into_font().color(&BLACK.mix(0.6))))?;
    area.present()?;
    drop((chart, plot, foot));
    Ok(())
}

const FONT: &str = "sans-serif";

/// Those of select, poll and epoll: told apart by everybody, in print, too.
const COLORS: [RGBColor; 3] =
    [RGBColor(0xB2, 0x18, 0x2B), RGBColor(0xC5, 0x6A, 0x00), RGBColor(0x1B, 0x5E, 0xA8)];
